"""The Xero connector against payloads and servers of our own."""
