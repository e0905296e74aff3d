"""What people read: drafts, and later pages, in Korean and English."""
