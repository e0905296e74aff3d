"""Who sees what of pages: every page x every kind of caller, as one table, written by hand.

C  the customer's Global admin      P  the inviting partner's Global admin
D  its Global Reader                Y  another partner's
g  a guest who is Global admin      O  the operator
w  a Global admin without wids      T  Global admin of a tenant never heard of
c  C, signed in an hour ago         n  nobody

+  200, with what it is about       f  200, with a form that can be sent
a  200, sign in again to decide     o  200, the page of who is signed out
.  404                              -  403
"""

from typing import Final

TABLE: Final = """
                              C D g w c P Y O T n
page_home                     + + + + + + + + + o
page_invitation               + + - - + + . - . o
page_invitation_accept        f - - - a - - - . o
page_invitation_decline       f - - - a - - - . o
page_offer                    + + - - + - - - + o
page_offer_accept             f - - - a - - - f o
"""
