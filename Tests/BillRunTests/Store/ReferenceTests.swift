// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres
import TestSupport
import Testing

/// References that are checked once a statement hold as foreign keys would.
@Suite struct ReferenceTests {
  typealias Row = SchemaRefusalTests.Row

  @Test("the schema refuses", arguments: rows)
  func refuses(row: Row) async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      try await books.customer(1)
      try await books.subscription(1, of: 1, "pro", from: "2026-11-01", addons: ["pro"])
      let before = try await books.dump()
      let error = await #expect(throws: PostgresError.self) { try await books.run(row.sql) }
      #expect(row.by == error?.constraint ?? error?.sqlState ?? "nothing")
      expectSame(try await books.dump(), before)
    }
  }

  static let rows: [Row] = [
    Row(
      name: "a customer of no seller", by: "customer_seller_exists",
      sql: "insert into customer (customer_id, seller_id, name) values (2, 99, 'x')"),
    Row(
      name: "a customer who gets no seller", by: "customer_seller_exists",
      sql: "update customer set seller_id = 99"),
    Row(
      name: "a customer of no currency", by: "customer_currency_exists",
      sql: """
        insert into customer (customer_id, seller_id, name, currency)
        select 2, seller_id, 'x', 'zzz' from seller
        """),
    Row(
      name: "a customer of no retry policy", by: "customer_retry_policy_exists",
      sql: "update customer set retry_policy_id = 99"),
    Row(
      name: "a subscription of no customer", by: "subscription_customer_exists",
      sql: """
        insert into subscription (subscription_id, customer_id, plan_id, start_date)
        select 2 + n, 1 + n, plan_id, '2026-11-01' from plan, generate_series(0, 1) n
        """),
    Row(
      name: "a subscription that gets no customer", by: "subscription_customer_exists",
      sql: "update subscription set customer_id = 99"),
    Row(
      name: "a subscription of no plan", by: "subscription_plan_exists",
      sql: """
        insert into subscription (subscription_id, customer_id, plan_id, start_date)
        values (2, 1, 99, '2026-11-01')
        """),
    Row(
      name: "a subscription that gets no plan", by: "subscription_plan_exists",
      sql: "update subscription set plan_id = 99"),
    Row(
      name: "an add-on of no subscription", by: "subscription_addon_subscription_exists",
      sql: """
        insert into subscription_addon (subscription_id, slot, plan_id)
        select 99, 1, plan_id from plan
        """),
    Row(
      name: "an add-on of no plan", by: "subscription_addon_plan_exists",
      sql: "update subscription_addon set plan_id = 99"),
    Row(
      name: "a cursor of no subscription", by: "billing_cursor_subscription_exists",
      sql: "insert into billing_cursor (subscription_id) values (99)"),
    Row(
      name: "to delete a seller of customers", by: "seller_of_customers_stays",
      sql: "delete from seller"),
    Row(
      name: "to delete a plan of subscriptions", by: "plan_of_subscriptions_stays",
      sql: "delete from price; delete from plan"),
    Row(
      name: "to delete a customer with subscriptions", by: "customer_with_subscriptions_stays",
      sql: "delete from customer"),
    Row(
      name: "to delete a plan of add-ons", by: "plan_of_subscriptions_stays",
      sql: """
        insert into plan (code, name, currency, interval) values ('x', 'X', 'usd', 'month');
        update subscription_addon set plan_id = (select plan_id from plan where code = 'x');
        delete from plan where code = 'x'
        """),
    Row(
      name: "to delete a retry policy of customers", by: "retry_policy_of_customers_stays",
      sql: """
        insert into retry_policy (code, max_attempts) values ('x', 3);
        update customer set retry_policy_id = (select retry_policy_id from retry_policy);
        delete from retry_policy
        """),
    Row(
      name: "to delete a currency of customers", by: "currency_of_customers_stays",
      sql: "update customer set currency = 'jpy'; delete from currency where code = 'jpy'"),
    Row(
      name: "to give a subscription another id", by: "23503",
      sql: "update subscription set subscription_id = 99"),
    Row(
      name: "to give a cursor to another subscription", by: "23503",
      sql: "update billing_cursor set subscription_id = 99"),
    Row(
      name: "an add-on that goes to no subscription", by: "subscription_addon_subscription_exists",
      sql: "update subscription_addon set subscription_id = 99"),
    Row(
      name: "one bad row of many", by: "subscription_addon_plan_exists",
      sql: """
        insert into subscription_addon (subscription_id, slot, plan_id)
        select 1, 1 + n, case n when 50 then 99 else plan_id end
        from plan, generate_series(1, 100) n
        """),
    Row(
      name: "to empty the subscriptions", by: "23503", sql: "truncate subscription cascade"),
    Row(name: "to empty the plans", by: "23503", sql: "truncate plan cascade"),
    Row(name: "to empty the policies", by: "23503", sql: "truncate retry_policy"),
    Row(
      name: "to delete where the check could not see others' rows", by: "0A000",
      sql: """
        set transaction isolation level repeatable read;
        delete from customer where customer_id = 99
        """),
  ]

  @Test("a subscription takes its add-ons and its cursor along")
  func cascade() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      try await books.customer(1)
      try await books.subscription(1, of: 1, "pro", from: "2026-11-01", addons: ["pro"])
      try await books.run("delete from subscription; delete from customer")
      try await expectTexts(
        books,
        """
        select (select count(*) from subscription_addon) || ' '
          || (select count(*) from billing_cursor)
        """, ["0 0"])
    }
  }

  @Test("a subscription takes an add-on along that was added while its delete waited")
  func addedMeanwhile() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      try await books.customer(1)
      try await books.subscription(1, of: 1, "pro", from: "2026-11-01")
      let other = try await books.database.connect()
      try await books.run(
        """
        begin;
        insert into subscription_addon (subscription_id, slot, plan_id)
        select 1, 1, plan_id from plan
        """)
      let late = Caught()
      late.start { try await other.run(script: "delete from subscription") }
      try await books.untilSomebodyWaits()
      try await books.run("commit")
      try await late.value()
      await other.close()
      try await expectTexts(books, "select count(*) from subscription_addon", ["0"])
    }
  }

  @Test("what this transaction has changed is locked already, so a delete of it waits")
  func changedHere() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      try await books.customer(1)
      let other = try await books.database.connect()
      try await books.run("begin; update customer set name = 'x'; " + Self.subscription)
      let late = Caught()
      late.start { try await other.run(script: "delete from customer") }
      try await books.untilSomebodyWaits()
      try await books.run("commit")
      let error = await #expect(throws: PostgresError.self) { try await late.value() }
      #expect(error?.constraint == "customer_with_subscriptions_stays")
      await other.close()
    }
  }

  @Test("a customer's delete waits for those who refer to it, and is refused")
  func deletedLater() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      try await books.customer(1)
      let other = try await books.database.connect()
      try await books.run("begin; " + Self.subscription)
      let late = Caught()
      late.start { try await other.run(script: "delete from customer") }
      try await books.untilSomebodyWaits()
      try await books.run("commit")
      let error = await #expect(throws: PostgresError.self) { try await late.value() }
      #expect(error?.constraint == "customer_with_subscriptions_stays")
      await other.close()
    }
  }

  @Test("who refers to a customer that is being deleted waits, and is refused")
  func deletedEarlier() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      try await books.customer(1)
      let other = try await books.database.connect()
      try await books.run("begin; delete from customer")
      let late = Caught()
      late.start { try await other.run(script: Self.subscription) }
      try await books.untilSomebodyWaits()
      try await books.run("commit")
      let error = await #expect(throws: PostgresError.self) { try await late.value() }
      #expect(error?.constraint == "subscription_customer_exists")
      await other.close()
    }
  }

  private static let subscription = """
    insert into subscription (subscription_id, customer_id, plan_id, start_date)
    select 1, 1, plan_id, '2026-11-01' from plan
    """
}
