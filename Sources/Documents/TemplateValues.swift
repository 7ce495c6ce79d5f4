// SPDX-License-Identifier: Apache-2.0
import Mustache

/// Nothing: it is printed as nothing, and a section of it is left out.
///
/// It hides what the same name
/// means further out.
private struct Nothing: MustacheCustomRenderable {
  var renderText: String { "" }
  var isNull: Bool { true }
}

/// A text as templates see it.
func templateValue(_ text: String) -> Any { text.isEmpty ? Nothing() : text }

extension PrintedDocument {
  /// The names and values that a template may use.
  var templateValues: [String: Any] {
    [
      "language": language, "direction": isRightToLeft ? "rtl" : "ltr",
      "title": title, "mark": templateValue(mark), "color": letterhead.htmlColor,
      "logo": templateValue(letterhead.logo?.dataURI ?? ""),
      "seller": seller, "seller_details": sellerDetails, "customer": customer,
      "facts": facts.map(\.templateValues), "paragraphs": paragraphs,
      "tables": tables.map(\.templateValues), "closing": closing, "notes": notes,
      "footer": footer, "has_links": !links.isEmpty,
      "links": links.map {
        ["label": $0.label, "url": $0.value, "class": $0.isStrong ? "strong" : ""]
      },
    ]
  }
}

extension PrintedDocument.Pair {
  var templateValues: [String: Any] {
    ["label": label, "value": value, "class": isStrong ? "strong" : ""]
  }
}

extension PrintedDocument.Table {
  var templateValues: [String: Any] {
    let classes = columns.map { $0.isFigure ? "figure" : "" }
    return [
      "title": templateValue(title),
      "columns": zip(columns, classes).map { ["label": $0.label, "class": $1] },
      "rows": rows.map { row in
        [
          "cells": zip(row, classes).map { cell, name in
            ["text": cell.text, "detail": templateValue(cell.detail), "class": name]
              as [String: Any]
          }
        ]
      },
      "sums": sums.map(\.templateValues),
    ]
  }
}
