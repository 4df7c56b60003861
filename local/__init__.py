"""The local world: everything that Bellhop meets on AWS and on the internet, on one machine."""
