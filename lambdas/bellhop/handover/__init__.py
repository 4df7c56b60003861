"""The page by private link: what a hotel's web agency has to enter in DNS, and how far it is."""
