"""What can be said: frozen records of places, services, law, policies, plans and findings."""
