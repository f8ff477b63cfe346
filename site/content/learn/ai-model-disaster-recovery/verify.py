import os
from hashlib import sha256
from pathlib import Path

# region: verify
def verify(copied, running):
    """Compares a restored folder with its manifest, which has the format of
    sha256sum, and the manifest with the release that production ran last."""
    manifest = (copied / "MANIFEST").read_bytes()
    problems, listed = [], {"MANIFEST"}
    for line in manifest.decode().splitlines():
        digest, name = line.split("  ", 1)
        listed.add(name)
        if not (copied / name).is_file():
            problems.append(f"missing {name}")
        elif sha256((copied / name).read_bytes()).hexdigest() != digest:
            problems.append(f"damaged {name}")
    for path in sorted(copied.rglob("*")):
        name = path.relative_to(copied).as_posix()
        if path.is_file() and name not in listed:
            problems.append(f"unlisted {name}")
    release = sha256(manifest).hexdigest()[:8]
    if release != running:
        problems.append(f"is release {release}, not {running}")
    return problems
# endregion: verify


problems = verify(Path(os.environ["COPY"]), os.environ["RUNNING"])
print("\n".join(problems) or "restore")
