"""What canonical columns are called in the exports of the world, in English, German, French, Spanish and Chinese."""

import re
from functools import cache

from rapidfuzz import fuzz

SYNONYMS: dict[str, dict[str, str]] = {
    "invoices": {
        "invoice_id": "invoice id; invoice number; invoice no; invoice; invoice #; inv no; document number; document no; doc id; doc no; "
        "bill no; bill number; number; num; no; reference; rechnungsnummer; rechnung nr; belegnummer; beleg; facture; "
        "numero de facture; numero factura; 发票号码; 发票号; 发票编号; 单据编号; 单据号; 单号; 开票编号; 凭证号; name",
        "client_id": "client id; customer id; customer number; customer no; customer code; client; customer; account; account number; account name; "
        "cust number; debtor; debtor no; contact name; customer name; partner; party; kundennummer; kunden nr; kunde; debitor; "
        "client code; cliente; codigo cliente; 客户编号; 客户编码; 客户代码; 客户; 客户名称; 往来单位; 购买方; 购方名称; partner id; customer full name; name",
        "issue_date": "issue date; invoice date; date; document date; doc date; posting date; bill date; billing date; transaction date; "
        "txn date; order date; rechnungsdatum; belegdatum; buchungsdatum; datum; date facture; fecha; fecha factura; "
        "开票日期; 发票日期; 日期; 单据日期; 制单日期; 业务日期",
        "due_date": "due date; net due date; due; due in date; payment due date; payment due; pay by; maturity; expiry; invoice date due; faellig am; "
        "faelligkeit; faelligkeitsdatum; zahlbar bis; echeance; date echeance; vencimiento; fecha vencimiento; "
        "到期日期; 到期日; 应收日期; 付款期限; 应付日期; 付款到期日",
        "amount": "amount; invoice amount; total; total amount; grand total; gross amount; amount due; net amount; value; line amount; "
        "amount in local currency; amount in document currency; betrag; rechnungsbetrag; bruttobetrag; summe; montant; "
        "montant ttc; importe; total factura; 金额; 发票金额; 开票金额; 价税合计; 含税金额; 合计金额; 应收金额; 总金额; amount total; "
        "amount total in currency signed; amount total signed; total signed; converted usd; amount usd; amount eur",
        "currency": "currency; currency code; curr; ccy; iso currency; local currency; document currency; waehrung; devise; moneda; 币种; 币别; 货币",
        "kind": "kind; document type; invoice type; type",
        "product_line": "product line; product group; category; product category; business line; warengruppe; 产品线; 产品类别; 产品",
        "cost": "cost; cost of goods; cogs; total cost; kosten; 成本; 销售成本",
        "disputed": "disputed; in dispute; dispute; 有争议; 争议",
    },
    "receipts": {
        "receipt_id": "receipt id; payment id; payment number; payment no; receipt number; check number; transaction id; zahlungsnummer; "
        "收款编号; 收款单号; 回款编号; 流水号",
        "client_id": "",
        "invoice_id": "",
        "paid_date": "paid date; payment date; settled date; settlement date; date paid; clear date; clearing date; receipt date; paid on; "
        "zahlungsdatum; ausgleichsdatum; bezahlt am; date paiement; fecha pago; 收款日期; 回款日期; 到账日期; 付款日期; 结清日期",
        "amount": "amount; paid amount; payment amount; amount paid; received amount; receipt amount; zahlbetrag; montant paye; "
        "收款金额; 回款金额; 到账金额; 金额",
        "currency": "",
    },
    "clients": {
        "client_id": "",
        "name": "name; client name; customer name; company; company name; account name; name customer; display name; kundenname; firma; "
        "nom client; nombre cliente; razon social; 客户名称; 公司名称; 单位名称; 客户全称",
        "group_id": "group id; parent; parent account; parent company; group; konzern; 集团; 母公司; 上级客户",
        "industry": "industry; sector; branch; branche; 行业; 所属行业",
        "region": "region; country; territory; country code; land; pays; pais; 地区; 国家; 省份; 省; 区域",
        "account_manager": "account manager; account owner; sales rep; salesperson; sales person; owner; vertreter; 客户经理; 业务员; 销售员; 负责人",
        "credit_limit": "credit limit; limit; kreditlimit; 信用额度; 授信额度; 信用限额",
        "payment_terms_days": "payment terms days; payment terms; terms days; net days; zahlungsziel; 账期; 信用期",
    },
    "orders": {
        "order_id": "order id; order number; order no; sales order; so number; auftragsnummer; 订单编号; 订单号; 销售订单编号",
        "client_id": "",
        "order_date": "order date; ordered on; date; auftragsdatum; 下单日期; 订单日期; 签订日期",
        "promised_date": "promised date; required date; delivery date; liefertermin; 交货日期; 交期",
        "amount": "order amount; amount; total; order total; auftragswert; 订单金额; 销售订单金额; 金额",
        "delivered_amount": "delivered amount; shipped amount; 已发货金额; 已交付金额",
    },
}
SHARED = {"client_id": "invoices", "invoice_id": "invoices", "currency": "invoices"}
QUANTITY = ("quantity", "qty", "quantity ordered", "menge", "数量")
PRICE = ("unit price", "price", "price each", "item price", "unit amount", "einzelpreis", "单价")
FUZZY = 82.0  # below it two headers have too little in common


@cache
def synonyms(table: str, column: str) -> tuple[str, ...]:
    """The names of a canonical column, its own first."""
    said = SYNONYMS[table][column] or SYNONYMS[SHARED[column]][column]
    return (plain(column), *dict.fromkeys(plain(word) for word in said.split(";")))


def plain(header: str) -> str:
    """A header without case, marks and camel case: ``InvoiceNo.`` → ``invoice no``."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", header)
    folded = spaced.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("é", "e").replace("ó", "o")
    return " ".join(re.sub(r"[（(].*?[)）]|[^\w#]|_", " ", folded).split())


def likeness(table: str, column: str, header: str) -> tuple[float, str]:
    """How much a header is called like a canonical column, in [0, 1], and the name it resembles."""
    called = plain(header)
    names = synonyms(table, column)
    if called in names:
        return 1.0 - 0.012 * min(names.index(called), 20), called
    best = max(names, key=lambda name: fuzz.token_sort_ratio(called, name))
    score = fuzz.token_sort_ratio(called, best)
    return (score / 100 * 0.85, best) if score >= FUZZY else (0.0, "")
