"""Whether receivers can believe a sender: rules about DKIM, SPF, MAIL FROM and DMARC in the DNS."""
