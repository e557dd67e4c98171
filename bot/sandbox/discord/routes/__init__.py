"""The REST routes, one module a family; each checks who may, lets the rules judge the body, and does it."""
