"""The case (诉求件): one matter, one reporting party, one first responder, any number of rounds."""
