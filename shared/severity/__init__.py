"""How grave a case is: judged by rule on evidence, confirmed or overruled by a person."""
