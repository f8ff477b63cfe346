"""Tree prints a tree as people draw it."""


# region: show
def show(below, lead=""):
    last = len(below) - 1
    for i, (name, more) in enumerate(below):
        end = i == last
        print(lead + "├└"[end] + "── " + name)
        show(more, lead + "│ "[end] + "   ")
# endregion: show


print("site")
show([
    ("content", [("learn", []), ("about.md", [])]),
    ("hugo.toml", []),
])
