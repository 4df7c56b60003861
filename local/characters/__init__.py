"""Every character of the local world, and the record that each one produces."""
