"""A ledger with most kinds of dirt, in two files of lines and four of rows; small, and the same each time."""

import random
from datetime import date, timedelta
from pathlib import Path

PROFILE = """title: lines and rows
origin: a test
tables:
  invoices:
    file: lines
    one_row_per: invoice_id
    add_up: [amount, quantity]
    unless: {Kind: [draft]}
    columns:
      invoice_id: {column: Number, whole_number: true}
      client_id: {column: Client, zero_pad: 4, whole_number: true}
      issue_date: {column: Date, formats: ["%d.%m.%Y", "%m.%d.%Y", "%d %b %y", "%Y-%m-%d %H:%M"], shift_hours: 2}
      amount: {product: [Quantity, Price], minus_if: {Kind: [credit]}}
      quantity: Quantity
      currency: {value: EUR}
      kind: {column: Kind, values: {credit: credit_note}, otherwise: invoice}
      product_line: Line
      disputed: {column: Disputed, "yes": ["X"]}
  clients:
    file: lines
    only_if: Client
    one_row_per: client_id
    columns:
      client_id: {column: Client, zero_pad: 4, whole_number: true}
      region: Country
      name: Name
"""
MERGES = "merges:\n  - {keep: c1, merge: [c2, c13], confirmed: true}\n"
ODD_DAYS = [
    "2026-13-01",
    "13/02/2026",
    "20260401",
    "2026-04-01 10:30",
    "1899-12-31",
    "2300-01-01",
    "",
    "soon",
    " 2026-05-06\t",
]
ODD_MONEY = [
    "",
    "12,5",
    "1,234.50",
    "1.234",
    "1e3",
    "1_000",
    "nan",
    "1d",
    "-0.00005",
    "99999999999999",
    "0",
    "12.34567",
]
ODD_NAMES = [
    "Müller \\ Söhne",
    'A "quoted" $1 ${x}',
    "张三有限公司",
    "Ltd; & Co\nsecond line",
    "MÃ¼ller",
    " padded\u00a0",
    "x" * 4_100,
]


def dirty_lines(folder: Path) -> Path:
    """Lines that are gathered to invoices and to clients: amounts added up, and the most frequent word of a client."""
    draw, rows = random.Random(7), []
    for number in range(400):
        day = date(2024, 1, 1) + timedelta(days=draw.randrange(700))
        invoice = number // 3
        client = draw.choice(["7", "07.0", "0012", "12", "9", ""]) if number % 90 == 5 else str(10 + invoice % 9)
        written = draw.choice([f"{day:%d.%m.%Y}", f"{day:%d %b %y}", f"{day} 23:30", f"{day:%m.%d.%Y}"])
        price = draw.choice(["10.10", "3.3333", "0.005", "-2", "abc"] if number % 40 == 1 else ["12.34", "5", "0.99"])
        kind = draw.choice(["", "", "", "credit", "draft"])
        name = draw.choice([*ODD_NAMES[:3], "Nordhavn"])
        cells = [
            f"{invoice}.0",
            client,
            written,
            str(draw.randrange(1, 9)),
            price,
            kind,
            draw.choice("abc"),
            "XNo"[number % 3],
        ]
        rows.append(";".join([*cells, draw.choice(["NO", "SE", ""]), '"' + name.replace('"', '""') + '"']))
    rows += ["1;2;3", rows[0], rows[0]]
    head = "Number;Client;Date;Quantity;Price;Kind;Line;Disputed;Country;Name"
    folder.mkdir(parents=True)
    (folder / "lines.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    (folder / "profile.yaml").write_text(PROFILE, encoding="utf-8")
    return folder


def dirty_rows(folder: Path) -> Path:
    """Invoices, receipts, clients and rates by canonical names, with an ``identity.yaml`` to apply."""
    draw = random.Random(11)
    folder.mkdir(parents=True)
    invoices, receipts = [], []
    for number in range(600):
        day = date(2024, 3, 1) + timedelta(days=draw.randrange(690))
        client = f"c{number % 15}" if number % 50 else draw.choice(["", "C1", "c-1", "0c1", "nobody"])
        issued = draw.choice(ODD_DAYS) if number % 35 == 3 else str(day)
        due = "" if number % 5 == 0 else str(day + timedelta(days=draw.choice([14, 30, 30, 30, -9, 800])))
        amount = draw.choice(ODD_MONEY) if number % 20 == 7 else f"{draw.randrange(-300, 90_000) / 100:.2f}"
        currency = draw.choice(["EUR", "EUR", "EUR", "USD", "GBP", "XXX"] if number % 60 else ["eur", "", "€"])
        kind = draw.choice(["invoice", "invoice", "credit_note", ""] if number % 70 else ["Rechnung"])
        line = draw.choice(["", "pumps", "spare parts", "服务"])
        invoices.append([f"I{number}", client, issued, due, amount, currency, kind, line, str(draw.randrange(9)), "no"])
        if number % 2:
            paid = str(day + timedelta(days=draw.randrange(-3, 90)))
            named = draw.choice([f"I{number}", f"I{number - 1}", f"Z{number}", ""])
            receipts.append([f"R{number}", client, named, paid, draw.choice([amount, "500.00"]), currency])
    again = [invoices[4], invoices[4], [*invoices[9][:4], "77.77", *invoices[9][5:]]]
    twice = [[f"J{row[0]}", *row[1:]] for row in invoices[20:30]]
    reversed_ = [[f"S{row[0]}", row[1], row[2], row[3], f"-{row[4]}", *row[5:]] for row in invoices[40:50]]
    clients = [
        [
            f"c{n}",
            ODD_NAMES[n % 7] if n % 3 else f"Halden Maritime {'Ltd' if n % 2 else 'LTD.'}",
            draw.choice(["", "14", "-1", "x"]),
            "c1" if n == 4 else "",
            "0.6",
            "",
        ]
        for n in range(15)
    ]
    clients += [["c3", "Halden maritime", "21", "", "", "G"], ["c3", "Halden maritime", "21", "", "", "G"]]
    days = [date(2024, 2, 25) + timedelta(days=n) for n in range(0, 720, 3)]
    rates = [[str(day), "USD", f"{0.9 + (n % 17) / 130:.4f}"] for n, day in enumerate(days)]
    _write(
        folder / "invoices.csv",
        "invoice_id,client_id,issue_date,due_date,amount,currency,kind,product_line,quantity,disputed",
        invoices + again + twice + reversed_,
    )
    _write(folder / "receipts.csv", "receipt_id,client_id,invoice_id,paid_date,amount,currency", receipts)
    _write(folder / "clients.csv", "client_id,name,payment_terms_days,depends_on,dependence_share,group_id", clients)
    _write(folder / "fx.csv", "date,currency,rate", rates)
    with (folder / "invoices.csv").open("a", encoding="utf-8") as file:
        file.write("I9999,c1\n")  # no record: too few fields
    (folder / "identity.yaml").write_text(MERGES, encoding="utf-8")
    return folder


def _write(path: Path, head: str, rows: list[list[str]]) -> None:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    path.write_text("\n".join([head, *quoted]) + "\n", encoding="utf-8")
