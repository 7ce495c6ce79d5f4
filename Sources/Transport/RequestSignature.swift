// SPDX-License-Identifier: Apache-2.0
import CLibCrypto

/// A signature by which a receiver knows who has sent a request, and when.
public enum RequestSignature {
  /// The value of a header: `t=<unix>,v1=<hex hmac-sha256 of "t.body">`.
  public static func header(of body: [UInt8], at moment: Int64, key: Secret) -> String {
    let signed = Array("\(moment).".utf8) + body
    let digits = Array("0123456789abcdef")
    let hex = hmac(of: signed, key: Array(key.exposed.utf8))
      .flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return "t=\(moment),v1=\(String(hex))"
  }

  /// The HMAC with SHA-256, in 32 bytes (RFC 2104).
  public static func hmac(of bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    let size = 32
    return unsafe [UInt8](unsafeUninitializedCapacity: size) { result, count in
      var written = 0
      let isDone =
        unsafe EVP_Q_mac(
          nil, "HMAC", nil, "SHA256", nil, key, key.count, bytes, bytes.count,
          result.baseAddress, size, &written) != nil
      precondition(isDone && written == size, "libcrypto has no HMAC with SHA-256")
      count = size
    }
  }
}
