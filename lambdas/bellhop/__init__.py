"""Bellhop: a hotel CRM's email through Amazon SES, and the truth about every email."""
