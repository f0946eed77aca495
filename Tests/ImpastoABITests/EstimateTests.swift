import CImpasto
import Network
import Pictures
import Testing

@testable import Stylization

@Suite struct EstimateTests {
  @Test func alphaTakesWhatTheHeaderSays() {
    let content = Size(width: 4000, height: 3000)
    var settings = Settings()
    settings.workingSize = 128
    let plan = Plan(settings: settings, content: content)
    let bytes = [false, true].map { isTransparent in
      let subject = Budget.Subject(
        content: content, isTransparent: isTransparent, styles: [Size(width: 64, height: 64)])
      let picture = (isTransparent ? 16 : 12) * content.area
      return picture + Budget(settings, subject, plan: plan, architecture: .vgg19).bytes(plan)
    }
    let more = Double(bytes[1] - bytes[0]) / Double(content.area)
    #expect(abs(more - Double(IMPASTO_BYTES_WITH_ALPHA)) < 1)
  }
}
