"""Do waivers, mechanisms and certificates still hold?"""
