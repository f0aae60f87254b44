"""The site: every lesson and exercise executed, with the pages around them."""
