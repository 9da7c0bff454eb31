"""Do waivers and mechanisms still hold?"""
