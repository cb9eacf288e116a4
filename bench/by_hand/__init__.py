"""The limit: what somebody writes who knows this one campaign, these tables and this database, and wants speed only.

Same tables, indexes, keys, durability and rows as ours; no layer in between. Never imported by the product.
"""
