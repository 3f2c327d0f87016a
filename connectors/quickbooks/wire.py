"""QuickBooks' records as they come, the fields that we read. Every field may be absent or null."""

from __future__ import annotations

from decimal import Decimal

from msgspec import field

from connectors.decode import Loose


class Wire(Loose, rename="pascal"):
    """Base: snake_case here, PascalCase there."""


class Ref(Loose):
    """A reference to another record, or a text in the same wrapping (CustomerMemo)."""

    value: str | None = None
    name: str | None = None


class MetaData(Wire):
    create_time: str | None = None
    last_updated_time: str | None = None


class LinkedTxn(Wire):
    txn_id: str | None = None
    txn_type: str | None = None
    txn_line_id: str | None = None


class CustomField(Wire):
    name: str | None = None
    string_value: str | None = None


class Address(Wire):
    country: str | None = None


class Email(Wire):
    address: str | None = None


class Phone(Wire):
    free_form_number: str | None = None


class Entity(Loose):
    """Whom a line is about: wrapped once more in a journal (Type, EntityRef) than in a deposit (value, type)."""

    value: str | None = None
    type: str | None = None
    wrapped_type: str | None = field(default=None, name="Type")
    wrapped: Ref | None = field(default=None, name="EntityRef")


class SalesItem(Wire):
    item_ref: Ref | None = None
    item_account_ref: Ref | None = None
    unit_price: Decimal | None = None
    qty: Decimal | None = None
    tax_code_ref: Ref | None = None


class Discount(Wire):
    discount_account_ref: Ref | None = None


class Group(Wire):
    line: list[Line] | None = None


class DepositDetail(Wire):
    account_ref: Ref | None = None
    entity: Entity | None = None
    check_num: str | None = None


class JournalDetail(Wire):
    posting_type: str | None = None
    account_ref: Ref | None = None
    entity: Entity | None = None


class ExpenseDetail(Wire):
    account_ref: Ref | None = None
    customer_ref: Ref | None = None


class Line(Wire):
    id: str | None = None
    line_num: int | None = None
    description: str | None = None
    amount: Decimal | None = None
    detail_type: str | None = None
    linked_txn: list[LinkedTxn] | None = None
    sales_item_line_detail: SalesItem | None = None
    discount_line_detail: Discount | None = None
    group_line_detail: Group | None = None
    deposit_line_detail: DepositDetail | None = None
    journal_entry_line_detail: JournalDetail | None = None
    account_based_expense_line_detail: ExpenseDetail | None = None


class TaxDetail(Wire):
    total_tax: Decimal | None = None


class Transaction(Wire):
    """What all transactions have in common."""

    id: str | None = None
    sync_token: str | None = None
    meta_data: MetaData | None = None
    doc_number: str | None = None
    txn_date: str | None = None
    private_note: str | None = None
    currency_ref: Ref | None = None
    exchange_rate: Decimal | None = None
    total_amt: Decimal | None = None
    home_total_amt: Decimal | None = None
    line: list[Line] | None = None
    linked_txn: list[LinkedTxn] | None = None
    custom_field: list[CustomField] | None = None
    txn_tax_detail: TaxDetail | None = None


class Sale(Transaction):
    """An invoice, credit memo, sales receipt or refund receipt."""

    customer_ref: Ref | None = None
    customer_memo: Ref | None = None
    due_date: str | None = None
    balance: Decimal | None = None
    remaining_credit: Decimal | None = None
    deposit: Decimal | None = None
    deposit_to_account_ref: Ref | None = None
    sales_term_ref: Ref | None = None
    email_status: str | None = None
    print_status: str | None = None
    invoice_ref: Ref | None = None
    ar_account_ref: Ref | None = field(default=None, name="ARAccountRef")
    payment_ref_num: str | None = None
    payment_method_ref: Ref | None = None


class Payment(Transaction):
    customer_ref: Ref | None = None
    unapplied_amt: Decimal | None = None
    payment_ref_num: str | None = None
    payment_method_ref: Ref | None = None
    deposit_to_account_ref: Ref | None = None
    ar_account_ref: Ref | None = field(default=None, name="ARAccountRef")


class Deposit(Transaction):
    deposit_to_account_ref: Ref | None = None


class Purchase(Transaction):
    account_ref: Ref | None = None
    entity_ref: Entity | None = None
    credit: bool | None = None
    payment_type: str | None = None


class Transfer(Transaction):
    from_account_ref: Ref | None = None
    to_account_ref: Ref | None = None
    amount: Decimal | None = None


class Customer(Wire):
    id: str | None = None
    meta_data: MetaData | None = None
    display_name: str | None = None
    company_name: str | None = None
    fully_qualified_name: str | None = None
    primary_email_addr: Email | None = None
    primary_phone: Phone | None = None
    bill_addr: Address | None = None
    active: bool | None = None
    balance: Decimal | None = None
    parent_ref: Ref | None = None
    currency_ref: Ref | None = None
    primary_tax_identifier: str | None = None
    resale_num: str | None = None
    acct_num: str | None = None


class Account(Wire):
    id: str | None = None
    meta_data: MetaData | None = None
    name: str | None = None
    fully_qualified_name: str | None = None
    acct_num: str | None = None
    account_type: str | None = None
    account_sub_type: str | None = None
    current_balance: Decimal | None = None
    currency_ref: Ref | None = None
    active: bool | None = None


class TaxRate(Wire):
    id: str | None = None
    meta_data: MetaData | None = None
    name: str | None = None
    active: bool | None = None
    rate_value: Decimal | None = None


class ExchangeRate(Wire):
    meta_data: MetaData | None = None
    source_currency_code: str | None = None
    target_currency_code: str | None = None
    rate: Decimal | None = None
    as_of_date: str | None = None


class NameValue(Wire):
    name: str | None = None
    value: str | None = None


class AccountingPrefs(Wire):
    book_close_date: str | None = None


class SalesFormsPrefs(Wire):
    auto_apply_credit: bool | None = None
    auto_apply_payments: bool | None = None


class CurrencyPrefs(Wire):
    multi_currency_enabled: bool | None = None
    home_currency: Ref | str | None = None


class Preferences(Wire):
    meta_data: MetaData | None = None
    accounting_info_prefs: AccountingPrefs | None = None
    sales_forms_prefs: SalesFormsPrefs | None = None
    currency_prefs: CurrencyPrefs | None = None


class CompanyInfo(Wire):
    """`preferences` stands in the record that we keep of a company (connectors/quickbooks/company.py)."""

    id: str | None = None
    meta_data: MetaData | None = None
    company_name: str | None = None
    legal_name: str | None = None
    country: str | None = None
    company_addr: Address | None = None
    default_time_zone: str | None = None
    name_value: list[NameValue] | None = None
    preferences: Preferences | None = None
