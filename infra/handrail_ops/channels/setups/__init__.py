"""Registering a channel with its provider: webhook, menus, commands and templates.

Everything here may be run again: what is set is set anew, what is there is left.
"""
