"""May each country's data be where the declared world puts it?"""
