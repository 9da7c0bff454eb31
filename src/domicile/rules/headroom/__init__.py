"""Does the service still stand, lawfully, when something breaks?"""
