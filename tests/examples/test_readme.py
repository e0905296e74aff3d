"""README's commands, pasted in order as a stranger would, on the running system."""

import random
import re
import subprocess
from uuid import uuid4

from tests.system import ROOT, System

README = (ROOT / "README.md").read_text(encoding="utf-8")
# An interactive zsh takes these for commands.
COMMENT = re.compile(r"(^|\s)#(\s|$)", re.MULTILINE)


def pasted(system: System) -> str:
    """The blocks, with the system's addresses, and ids that no other test knows."""
    script = "".join(re.findall(r"^```bash\n(.*?)^```$", README, re.MULTILINE | re.DOTALL))
    assert not COMMENT.search(script)
    for name in ("PARTNER", "CUSTOMER", "INVITATION"):
        script, found = re.subn(rf"^{name}=\S+$", f"{name}={uuid4()}", script, flags=re.MULTILINE)
        assert found == 1
    for ours, theirs in (
        ("http://127.0.0.1:7071", system.base_url),
        ("http://127.0.0.1:7072", system.issuer_url),
        ("4025520", str(random.randrange(10**8, 10**9))),
    ):
        assert ours in script
        script = script.replace(ours, theirs)
    return script


def test_copied_commands_lead_to_an_accepted_invitation(system: System):
    script = pasted(system)
    for created in ("201", "200"):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        statuses = re.findall(r"^\d{3}$", done.stdout, re.MULTILINE)
        assert statuses == [created, "409", created, "200", "200", "200"], done.stdout
        # Sent again, the refused one meets the invitation that the other made under its id.
        refusal = '"rules":["GOV-1"]' if created == "201" else '"code":"ResourceAlreadyExists"'
        assert refusal in done.stdout
        assert '"status":"accepted"' in done.stdout
        assert '"valid":true' in done.stdout
