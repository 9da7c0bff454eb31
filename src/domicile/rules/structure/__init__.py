"""Does everything that is named exist, fit and connect?"""
