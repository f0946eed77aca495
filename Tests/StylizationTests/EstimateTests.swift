import Compute
import Network
import Pictures
import TestSupport
import Testing

@testable import Stylization

@Suite struct EstimateTests {
  @Test func growsWithTheSize() throws {
    let weights = try Shipped.weights
    let estimates = try [256, 512, 1024].map { size in
      var settings = Settings()
      settings.workingSize = size
      settings.threads = 2
      return try Estimate(settings: settings, content: Size(width: 3000, height: 2000), styles: 1, weights: weights)
    }
    for (smaller, larger) in zip(estimates, estimates.dropFirst()) {
      // Of bytes, at least what this process has had already, for other tests: how they grow is seen in BudgetTests.
      #expect(smaller.seconds < larger.seconds && smaller.bytes <= larger.bytes)
    }
    #expect(estimates.map(\.width) == [256, 512, 1024] && estimates.map(\.height) == [171, 341, 683])
    #expect(estimates.allSatisfy { $0.scales == 3 && $0.seconds > 0 })
  }

  @Test func isNearTheTruth() throws {
    let weights = try Shipped.weights
    var settings = Settings.quick(iterations: 6)
    settings.workingSize = 128
    let content = Picture.photograph(128, 128)
    let estimate = try Estimate(settings: settings, content: content.size, styles: 1, weights: weights)
    let clock = ContinuousClock()
    let seconds =
      try clock.measure { _ = try paint(settings, content: content, styles: [Style(content)]) } / .seconds(1)
    #expect(estimate.seconds > seconds / 3 && estimate.seconds < seconds * 3)
  }
}
