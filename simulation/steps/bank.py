"""The bank: customers pay by transfer, and statements bring the lines, some of them more than once."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from runtime.statements import bring_in
from simulation.steps.kinds import Kind, NothingToDoError, Scene
from simulation.world import BankLine, World
from sync.statements.plan import Asked

_ACCOUNT = "4000123456"


def transfer(scene: Scene) -> str:
    """A customer pays; the line names the invoice, or nearly, or nothing."""
    debt = scene.pick(scene.books.debts())
    customer = next((one for one in scene.world.customers if one.books_id == debt.customer), None)
    way = scene.chance.random()
    minor = debt.minor if way < 0.85 else max(1, debt.minor + scene.chance.choice((-2_500, -3, 4_000)))
    text = f"Invoice {debt.number}" if way < 0.7 else "our account with you"
    name = customer.name if customer is not None else "Somebody"
    line = BankLine(on=scene.world.today(), minor=minor, name=name, text=text, reference=scene.world.number("E2E"))
    scene.world.bank.append(line)
    if scene.chance.random() < 0.05:
        scene.world.bank.append(line)
        return f"{minor} for {debt.number}, twice"
    return f"{minor} for {debt.number}"


def statement(scene: Scene) -> str:
    """The lines since the last one; now and then with older ones again, or a second time as a whole."""
    world = scene.world
    fresh = list(world.bank)
    if not fresh:
        raise NothingToDoError
    again = world.told_lines[-scene.chance.choice((0, 0, 3)) :] if world.told_lines else []
    data = camt(world, [*again, *fresh], first=len(world.told_lines) - len(again))
    asked = Asked(organisation_id=scene.own, entity=scene.entity, file_name="lines.xml", data=data)
    taken, _ = bring_in(scene.office.app, asked, actor="ann@example.com")
    world.told_lines.extend(fresh)
    del world.bank[: len(fresh)]
    return f"{taken.new} new, {taken.known} known of {len(fresh)}"


def camt(world: World, lines: Sequence[BankLine], *, first: int) -> bytes:
    """CAMT.053 without balances; each line has the bank's own number."""
    entries = "".join(_entry(line, at, world.currency) for at, line in enumerate(lines, first))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
        f"<BkToCstmrStmt><GrpHdr><MsgId>S{first}</MsgId><CreDtTm>{world.today()}T23:30:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>S{first}</Id><Acct><Id><Othr><Id>{_ACCOUNT}</Id></Othr></Id><Ccy>{world.currency}</Ccy>"
        f"<Nm>Operating</Nm></Acct>{entries}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _entry(line: BankLine, number: int, currency: str) -> str:
    side, who = ("CRDT", "Dbtr") if line.minor >= 0 else ("DBIT", "Cdtr")
    minor = abs(line.minor)
    return (
        f'<Ntry><Amt Ccy="{currency}">{minor // 100}.{minor % 100:02}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{line.on}</Dt></BookgDt><ValDt><Dt>{line.on}</Dt></ValDt>"
        f"<AcctSvcrRef>B{number:06}</AcctSvcrRef><NtryDtls><TxDtls><Refs>"
        f"<EndToEndId>{escape(line.reference or 'NOTPROVIDED')}</EndToEndId></Refs>"
        f"<RltdPties><{who}><Pty><Nm>{escape(line.name)}</Nm></Pty></{who}></RltdPties>"
        f"<RmtInf><Ustrd>{escape(line.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


KINDS = (
    Kind(name="transfer", act=transfer, weight=6),
    Kind(name="statement", act=statement, weight=2.5, ours=True, boundaries=9),
)
