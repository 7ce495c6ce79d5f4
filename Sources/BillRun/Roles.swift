// SPDX-License-Identifier: Apache-2.0

/// The group roles of one set of books, each with the least that its work needs.
///
/// A role belongs to the whole server, so its name says database and schema: several sets of books
/// never share one.
public struct Roles: Sendable {
  /// What is done with a set of books.
  public enum Duty: String, CaseIterable, Sendable {
    /// Billing, charging, chasing and sending.
    case run
    /// Reading, without the tokens of payment sources.
    case report
    /// Importing, holding, and the operations on invoices and payments.
    case `operator`
    /// Migrating: it owns the tables.
    case owner

    /// What it may write.
    var rights: [Right] {
      switch self {
      case .run: Right.run
      case .operator: Right.operate
      case .report, .owner: []
      }
    }
  }

  /// The schema with the books.
  public let schema: String
  /// What the names of the roles begin with.
  public let prefix: String
  private let database: String

  /// Names the roles of a schema; without a prefix it is made of database and schema.
  public init(of schema: String, in database: String, prefix: String? = nil) {
    self.schema = schema
    self.database = database
    self.prefix = prefix ?? "\(database)_\(schema)"
  }

  /// The name of the role for a duty.
  public func name(_ duty: Duty) -> String { "\(prefix)_\(duty.rawValue)" }

  /// How many bytes the longest of the names has.
  public var longest: Int { Duty.allCases.map { name($0).utf8.count }.max() ?? 0 }

  /// The statements that make the roles and give them exactly their rights, whatever they had.
  ///
  /// They are to run in one transaction, by the owner of the schema or a superuser.
  public var sql: String {
    ([creation, ownership, closing] + [Duty.run, .operator, .report].map(grants))
      .joined(separator: "\n")
  }

  private func quoted(_ duty: Duty) -> String { Self.identifier(name(duty)) }

  private var creation: String {
    let missing = Duty.allCases.map { duty in
      "  if not exists (select from pg_roles where rolname = \(Self.literal(name(duty)))) then\n"
        + "    create role \(quoted(duty)) nologin;\n  end if;\n"
    }
    return """
      -- Roles are the server's: where they are there already, they stay.
      do $$ begin
      \(missing.joined())  if not pg_has_role(\(Self.literal(name(.owner))), 'member') then
          grant \(quoted(.owner)) to current_user;
        end if;
      end $$;
      set local search_path to \(Self.identifier(schema));

      """
  }

  /// Whoever migrates acts as the schema's owner, so that all tables have one owner.
  private var ownership: String {
    """
    -- One owner of all there is.
    do $$
    declare
      books constant oid := \(Self.literal(Self.identifier(schema)))::regnamespace;
      heir constant oid := \(Self.literal(quoted(.owner)))::regrole;
      it text;
    begin
      if (select n.nspowner from pg_namespace n where n.oid = books) <> heir then
        alter schema \(Self.identifier(schema)) owner to \(quoted(.owner));
      end if;
      for it in
        select case c.relkind when 'v' then 'view ' else 'table ' end || c.oid::regclass
        from pg_class c
        where c.relnamespace = books and c.relowner <> heir and c.relkind in ('r', 'p', 'v')
        union all
        select 'routine ' || p.oid::regprocedure
        from pg_proc p where p.pronamespace = books and p.proowner <> heir
      loop
        execute format('alter %s owner to %I', it, heir::regrole::text);
      end loop;
    end $$;

    """
  }

  /// Takes everything from everybody, so that what follows is all there is.
  private var closing: String {
    let all = (["public"] + [Duty.run, .operator, .report].map(quoted)).joined(separator: ", ")
    let books = Self.identifier(schema)
    return """
      -- What follows is all that they may do.
      revoke all on schema \(books) from \(all);
      revoke all on all tables in schema \(books) from \(all);
      revoke all on all sequences in schema \(books) from \(all);
      revoke all on all routines in schema \(books) from \(all);
      alter default privileges for role \(quoted(.owner)) revoke execute on routines from public;

      """
  }

  private func grants(_ duty: Duty) -> String {
    let (role, books) = (quoted(duty), Self.identifier(schema))
    var lines = [
      "grant usage on schema \(books) to \(role);",
      "grant execute on all routines in schema \(books) to \(role);",
    ]
    lines.append("grant select on all tables in schema \(books) to \(role);")
    if duty == .report {
      lines += [hiding(from: role)]
    } else {
      lines += [
        "grant connect, temporary on database \(Self.identifier(database)) to \(role);",
        "grant usage on all sequences in schema \(books) to \(role);",
      ]
    }
    if duty == .operator {
      lines.append("grant update on all sequences in schema \(books) to \(role);")
    }
    lines += duty.rights.map { "grant \($0.sql) to \(role);" }
    if duty == .run { lines.append(simulated(role)) }
    return "-- \(duty.rawValue)\n" + lines.joined(separator: "\n") + "\n"
  }

  /// Takes back the reading of what a gateway or bank could be asked for money with.
  private func hiding(from role: String) -> String {
    """
    revoke select on payment_source, payment_attempt, pending_debit, link_secret from \(role);
    do $$
    declare
      it text;
    begin
      for it in
        select format('(%s) on %s', string_agg(quote_ident(a.attname), ', '), a.attrelid::regclass)
        from pg_attribute a
        where a.attrelid in ('payment_source'::regclass, 'payment_attempt'::regclass)
          and a.attnum > 0 and not a.attisdropped and a.attname not in ('token', 'request')
        group by a.attrelid
      loop
        execute format('grant select %s to %I', it, \(Self.literal(name(.report))));
      end loop;
    end $$;
    """
  }

  /// The ledger of the simulated gateway, where there is one.
  private func simulated(_ role: String) -> String {
    """
    do $$ begin
      if to_regnamespace('simulated_gateway') is not null then
        grant usage on schema simulated_gateway to \(role);
        grant select, insert, update on all tables in schema simulated_gateway to \(role);
      end if;
    end $$;
    """
  }

  private static func identifier(_ name: String) -> String {
    "\"" + name.replacing("\"", with: "\"\"") + "\""
  }

  private static func literal(_ text: String) -> String {
    "'" + text.replacing("'", with: "''") + "'"
  }
}
