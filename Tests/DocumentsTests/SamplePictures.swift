// SPDX-License-Identifier: Apache-2.0
import Foundation

@testable import Documents

/// A logo.
enum SamplePictures {
  /// A folder with `logo.png`, 120 × 40 pixels, and `broken.png`, which ends too early.
  static var folder: DocumentFolder {
    let bytes = Array(Data(base64Encoded: logo) ?? Data())
    return DocumentFolder(contents: ["logo.png": bytes, "broken.png": Array(bytes.prefix(60))])
  }

  private static let logo =
    "iVBORw0KGgoAAAANSUhEUgAAAHgAAAAoCAIAAAC6iKlyAAAApUlEQVR42u3ayxVAQBAEwL27ykxajmKUBhH4LGPso/"
    + "pNBHXs6bJISgoC0D+G7oZp/4Degj70JR4AfUGZdR30ZWLcFdAhyqwPoAOVWW9ChyuzBv0e9EPKrEua8s+tW4Gex/7b"
    + "BzodOkF5xxo0aNCgQYMGDRo0aNCgQYPWdeg6QIPWR/uw+BmCBm3XYalE2fauPeib3HDroBf76DTo8+JAY6AFdOtZAb"
    + "BQlQYtcuLQAAAAAElFTkSuQmCC"
}
