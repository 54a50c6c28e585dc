"""Reply templates (回复模板): words that staff need again and again, with places for what differs."""
