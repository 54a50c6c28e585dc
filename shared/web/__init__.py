"""What the faces share in HTML: pages and fragments, fields, error pages, language, base templates."""
