"""The desk: where staff make, translate, check, open and watch campaigns. The only room with Django in it.

In each application views call actions, and actions call models. What staff decide about signatures travels
as journal events; what they decide about campaigns is released as a campaign's files, which the mill makes a
signed card of.
"""
