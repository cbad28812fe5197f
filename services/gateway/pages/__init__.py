"""The pages people use: server-rendered, no script needed, nothing from a CDN.

`portal/` is for applicants, `office/` for staff. Each module is one noun: its URL rules, its
handlers, and a template of the same name.
"""
