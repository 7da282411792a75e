"""The one way a step ends the whole: what is wrong, and what to do about it."""


class Stop(Exception):
    def __init__(self, why, remedy):
        super().__init__(why)
        self.remedy = remedy
