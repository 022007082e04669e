"""Asking a model and proving what it says: requests, replies, grounding, cost, batches.

asking   one question → one stored answer: cache, ladder of request shapes, one repair, budget
wire     the endpoint behind it, for any OpenAI-compatible server; the only place that opens a socket
replies  a reply's text → checked values, leniently
ground   a model's claim + the posting's text → a span, or a rejection with its reason
guard    what a posting says to a model instead of to a person
chunks   long texts in overlapping pieces
cost     tokens, money, the cap
batches  the same questions by the Batch API
"""
