"""Every profile that ships reads a small export of its system's form, written for this test."""

import pandas as pd
import pytest
from conftest import real_data

from kamlib.ledger.ingest import ingest
from kamlib.ledger.profiles import load_profile, parse_profile, profile_names
from kamlib.ledger.sources import find_files, find_sources

WITH_A_DRAFT = ("xero", "odoo", "erpnext", "zoho_books", "fxiaoke")  # a line that fits no table
EXPORTS = {
    "canonical": {
        "invoices": "invoice_id,client_id,issue_date,amount,currency\n1,a,2026-01-05,100,EUR\n2,b,2026-01-06,-20,EUR\n"
    },
    "ibm_receivables": {
        "export": "countryCode,customerID,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate\n"
        "391,a,0001,1/2/2026,2/1/2026,100,No,1/20/2026\n391,b,0002,1/3/2026,2/2/2026,-20,Yes,\n"
    },
    "sap_open_items": {
        "export": "cust_number,name_customer,clear_date,doc_id,posting_date,due_in_date,converted_usd\n"
        "140105686,One,,1.0,2026-01-05,2026-02-05,100\n0140105687,Two,,2,06-01-2026,06-02-2026,-20\n"
    },
    "sap_fbl5n": {
        "export": "Customer;Name 1;Document Number;Document Type;Document Date;Net due date;Amount in local currency;Local Currency;Invoice reference\n"
        "10001;One;90001;RV;05.01.2026;04.02.2026;100;EUR;\n10002;Two;90002;DG;06.01.2026;;-20;EUR;\n10001;One;14001;DZ;02.02.2026;;-60;EUR;90001\n"
    },
    "classicmodels": {
        "orders": "orderNumber,orderDate,status,customerNumber\n1,2026-01-05,Shipped,a\n2,2026-01-06,Disputed,b\n",
        "orderdetails": "orderNumber,productCode,quantityOrdered,priceEach\n1,x,3,20\n1,y,4,10.00\n2,x,-1,20\n",
        "products": "productCode,productLine,buyPrice\nx,Cars,11\ny,Ships,5\n",
        "payments": "customerNumber,checkNumber,paymentDate,amount\na,HQ1,2026-02-02,60\n",
        "customers": "customerNumber,customerName,country,salesRepEmployeeNumber,creditLimit\na,One,France,1370.0,21000.00\nb,Two,USA,,0.00\n",
    },
    "online_retail": {
        "export": "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        "1,x,LAMP,6,2026-01-05 08:26:00,10,17850.0,France\n1,y,CUP,4,2026-01-05 08:26:00,10,17850.0,France\n"
        "C2,x,LAMP,-2,2026-01-06 09:00:00,10,12345.0,Norway\n3,z,BOX,1,2026-01-07 09:00:00,9,,Norway\n"
    },
    "quickbooks": {
        "export": "Transaction List by Date,,,,,,\nSmall & Co,,,,,,\nJanuary 2026,,,,,,\n,,,,,,\n"
        "Date,Transaction type,Num,Name,Due date,Amount,Currency\n"
        "01/05/2026,Invoice,1001,One,02/04/2026,100.00,USD\n01/06/2026,Credit Memo,1002,Two,,-20.00,USD\n02/02/2026,Payment,77,One,,60.00,USD\n"
    },
    "xero": {
        "export": "ContactName,POCountry,InvoiceNumber,InvoiceDate,DueDate,Total,LineAmount,Currency,Type,Status\n"
        "One,GB,INV-1,05/01/2026,04/02/2026,100,60,GBP,Sales invoice,Paid\nOne,GB,INV-1,05/01/2026,04/02/2026,100,40,GBP,Sales invoice,Paid\n"
        "Two,GB,CN-2,06/01/2026,,-20,-20,GBP,Sales credit note,Paid\nTwo,GB,INV-9,06/01/2026,,999,999,GBP,Sales invoice,Draft\n",
        "payments": "PaymentID,Date,Amount,InvoiceNumber,ContactName,CurrencyCode\np1,02/02/2026,60,INV-1,One,GBP\n",
    },
    "odoo": {
        "account.move": "name,partner_id,invoice_date,invoice_date_due,amount_total_in_currency_signed,currency_id,move_type,state\n"
        "INV/1,One,2026-01-05,2026-02-04,100,EUR,out_invoice,posted\nRINV/2,Two,2026-01-06,2026-01-06,-20,EUR,out_refund,posted\nINV/3,Two,2026-01-06,,999,EUR,out_invoice,draft\n",
        "account.payment": "name,partner_id,date,amount,currency_id,memo,state\nPBNK1/1,One,2026-02-02,60,EUR,INV/1,posted\n",
        "res.partner": "id,name,country_id,user_id,credit_limit\nOne,One GmbH,Germany,Ann,5000\nTwo,Two AB,Sweden,Bo,\n",
    },
    "erpnext": {
        "Sales Invoice": "ID,Customer,Date,Payment Due Date,Grand Total,Currency,Is Return (Credit Note),Status\n"
        "ACC-SINV-1,One,2026-01-05,2026-02-04,100,INR,0,Paid\nACC-SINV-2,Two,2026-01-06,2026-01-06,-20,INR,1,Return\nACC-SINV-3,Two,2026-01-06,,999,INR,0,Cancelled\n",
        "Payment Entry": "ID,Payment Type,Party,Posting Date,Paid Amount,Account Currency (From),Name (Payment References),Allocated (Payment References)\n"
        "ACC-PAY-1,Receive,One,2026-02-02,75,INR,ACC-SINV-1,60\nACC-PAY-2,Pay,Landlord,2026-02-02,900,INR,,\n",
        "Customer": "ID,Customer Name,Territory,Credit Limit\nOne,One Ltd,India,5000\nTwo,Two Ltd,India,\n",
    },
    "zoho_books": {
        "Invoice": "Invoice Date,Invoice Number,Invoice Status,Customer Name,Due Date,Currency Code,Item Name,Item Price,Total,Balance\n"
        "2026-01-05,INV-1,Closed,One,2026-02-04,INR,Bulb,60,100,40\n2026-01-05,INV-1,Closed,One,2026-02-04,INR,Wood,40,100,40\n"
        "2026-01-06,INV-2,Closed,Two,2026-01-06,INR,Paint,-20,-20,0\n2026-01-06,INV-3,Draft,Two,,INR,Paint,9,9,9\n",
        "Customer_Payment": "CustomerPayment ID,Date,Amount,Currency Code,Customer Name,InvoicePayment ID,Invoice Number,Amount Applied to Invoice\n"
        "5001,2026-02-02,90,INR,One,6001,INV-1,60\n",
        "Contacts": "Display Name,Company Name,Billing Country,Credit Limit,Payment Terms\nOne,One Ltd,India,5000,30\nTwo,Two Ltd,India,,45\n",
    },
    "fxiaoke": {
        "开票申请": "开票申请编号,客户名称,开票日期,开票金额（元）,币种,生命状态\nKP-1,宁海精密机械有限公司,2026-01-05,100,人民币,正常\nKP-2,苏安新能源有限公司,2026年01月06日,-20,,正常\nKP-3,苏安新能源有限公司,2026-01-06,999,,作废\n",
        "回款": "回款编号,客户名称,回款日期,本次回款金额（元）,生命状态\nHK-1,宁海精密机械有限公司,2026-02-02 10:30,60,正常\n",
        "客户": "客户名称,行业,省,负责人,信用额度\n宁海精密机械有限公司,机械,浙江,王敏,5000\n苏安新能源有限公司,能源,江苏,李雷,\n",
        "销售订单": "销售订单编号,客户名称,下单日期,销售订单金额（元）,交货日期,生命状态\nSO-1,宁海精密机械有限公司,2026-01-02,120,2026-03-01,正常\n",
    },
    "jiandaoyun": {
        "发票": "_widget_1529400746031,客户编号,开票日期,到期日期,价税合计,币种\n001,K1,2026-01-04T16:00:00.000Z,2026-02-03T16:00:00.000Z,100,人民币\n002,K2,2026-01-06,,-20,\n",
        "收款": "收款编号,客户编号,发票号码,收款日期,收款金额\nSK1,K1,001,2026-02-01T16:00:00.000Z,60\n",
        "客户": "客户编号,客户名称,所属行业,授信额度,账期\nK1,宁海精密机械有限公司,机械,5000,30\nK2,苏安新能源有限公司,能源,,60\n",
    },
}
WITHOUT_RECEIPTS = {"canonical", "ibm_receivables", "sap_open_items", "online_retail"}


def written(folder, files):
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder / "export.csv" if "export" in files and len(files) == 1 else folder


def test_every_profile_has_an_export_here_and_says_where_its_names_are_from():
    assert set(profile_names()) == {*EXPORTS, "zoho_crm"}
    assert all(len(load_profile(name).origin) > 40 for name in profile_names())
    for name in profile_names():  # as a snapshot's key does; a warning would be an error here
        assert parse_profile(load_profile(name).model_dump(mode="json"), name) == load_profile(name)


@pytest.mark.parametrize("name", EXPORTS)
def test_a_profile_reads_its_systems_export(name, tmp_path):
    files = dict(EXPORTS[name])
    if name == "xero":
        files["invoices"] = files.pop("export")
    path = written(tmp_path / "in", files)
    profile = load_profile(name)
    report = ingest(find_files(path, profile), profile, tmp_path / "out", source=name)
    used = pd.read_parquet(tmp_path / "out" / "invoices.parquet").sort_values("issue_date")
    assert used["amount"].tolist() == [100.0, -20.0]
    assert used["issue_date"].dt.strftime("%m-%d").tolist() in (["01-05", "01-06"], ["01-02", "01-03"])
    set_aside = ("online_retail", *WITH_A_DRAFT)
    assert report.tables["invoices"].rows_quarantined == (1 if name in set_aside else 0)
    for total in report.tables["invoices"].totals.values():
        assert float(total["used"]) == 80
    if name not in WITHOUT_RECEIPTS:
        paid = pd.read_parquet(tmp_path / "out" / "receipts.parquet")
        assert (paid["amount"].tolist(), paid["paid_date"].dt.strftime("%m-%d").tolist()) == ([60.0], ["02-02"])
        named = paid["invoice_id"].dropna()
        assert named.isin(used["invoice_id"]).all()
    if "clients" in report.tables and name not in ("ibm_receivables", "online_retail"):
        clients = pd.read_parquet(tmp_path / "out" / "clients.parquet")
        assert set(used["client_id"]) <= set(clients["client_id"])
        assert clients["name"].notna().all()


def test_zoho_crm_stands_beside_a_source_of_invoices(tmp_path):
    files = {
        "Accounts": "Record Id,Account Name,Industry,Billing Country,Account Owner\nzcrm_1,One,Energy,India,Ann\n",
        "Deals": "Record Id,Deal Name,Account Name,Closing Date,Stage,Amount\nzcrm_7,Pumps,One,2026-02-02,Closed Won,120\nzcrm_8,More,One,2026-03-02,Negotiation,99\n",
    }
    profile = load_profile("zoho_crm")
    assert set(find_sources(written(tmp_path / "crm", files), profile)) == {"clients", "orders"}


@pytest.mark.real_data
def test_classicmodels_is_as_known(tmp_path):
    folder = real_data("classicmodels/orders.csv").parent
    profile = load_profile("classicmodels")
    report = ingest(find_files(folder, profile), profile, tmp_path / "out", source="classicmodels")
    read = {name: pd.read_parquet(tmp_path / "out" / f"{name}.parquet") for name in ("invoices", "receipts", "clients")}
    assert round(read["invoices"]["amount"].sum(), 2) == 9_604_190.61
    assert round(read["receipts"]["amount"].sum(), 2) == 8_853_839.23
    assert (len(read["invoices"]), int(read["invoices"]["disputed"].sum())) == (326, 3)
    assert report.tables["invoices"].rows_in == 2996
    balance = (
        read["invoices"].groupby("client_id")["amount"].sum() - read["receipts"].groupby("client_id")["amount"].sum()
    )
    limit = read["clients"].set_index("client_id")["credit_limit"]
    assert int((limit == 0).sum()) == 24
    assert int((balance.round(2) > limit.reindex(balance.index)).sum()) == 3


@pytest.mark.real_data
def test_online_retail_is_as_known(tmp_path):
    file, profile = real_data("online_retail/online_retail.parquet"), load_profile("online_retail")
    table = ingest(find_files(file, profile), profile, tmp_path / "out", source="retail").tables["invoices"]
    assert (table.rows_in, table.rows_quarantined) == (541_909, 135_080)
    assert table.totals["GBP"]["quarantined"] == "1447682.12"
    assert "9,288 lines whose InvoiceNo begins with C: kind is credit_note" in table.notes
    reasons = pd.read_csv(tmp_path / "out" / "quarantine.csv", usecols=["reason"])["reason"]
    assert reasons.str.contains("client_id is empty").all()


def test_lines_that_fit_no_table_are_set_aside_and_counted(tmp_path):
    columns = "invoice_id,client_id,issue_date,due_date,amount,currency,type"
    lines = [
        "1,a,2026-01-10,,10.00,EUR,Invoice",
        "2,a,2026-01-11,,20.00,EUR,Journal",
        "3,b,2026-01-12,,30.00,EUR,Payment",
    ]
    (tmp_path / "all.csv").write_text("\n".join([columns, *lines]) + "\n", encoding="utf-8")
    both = {name: name for name in ("client_id", "amount", "currency")}
    bills = {**both, "invoice_id": "invoice_id", "issue_date": "issue_date"}
    paid = {**both, "receipt_id": "invoice_id", "paid_date": "issue_date"}
    tables = {
        "invoices": {"file": "all", "where": {"type": ["Invoice"]}, "columns": bills},
        "receipts": {"file": "all", "where": {"type": ["Payment"]}, "columns": paid},
    }
    profile = parse_profile({"title": "t", "origin": "o", "tables": tables}, "t")
    report = ingest(find_files(tmp_path / "all.csv", profile), profile, tmp_path / "out", source="t")
    assert report.rows == (3, 2, 1)
    found = next(finding for finding in report.findings if finding.code == "fits_no_table")
    assert (found.count, found.examples) == (1, ("all.csv line 3",))
    assert "fits no table of the profile" in (tmp_path / "out" / "quarantine.csv").read_text(encoding="utf-8")
