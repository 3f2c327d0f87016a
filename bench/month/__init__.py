"""A month of the demo business through the whole product: does it tie out, in QuickBooks and in Xero?"""
