// Special functions far from the middle: tails, poles, large parameters, and where one method hands over
// to another. Values are mpmath's, to 20 digits.

import Testing

@testable import Covector

/// A number in `float64`; as a literal it would have no dtype.
private func wide(_ value: Double) -> NDArray { NDArray([value]).reshaped(to: []) }

@Suite struct SpecialFunctionTests {
  static let cases: [(call: String, value: @Sendable () -> NDArray, expected: Double)] = [
    ("erfcx(-26.0)", { erfcx(wide(-26.0)) }, 7.6577249314905683515e+293),
    ("erfcx(-3.0)", { erfcx(wide(-3.0)) }, 16205.988853999586625),
    ("erfcx(0.1)", { erfcx(wide(0.1)) }, 0.89645697996912663666),
    ("erfcx(11.9)", { erfcx(wide(11.9)) }, 0.047245232484087668552),
    ("erfcx(12.1)", { erfcx(wide(12.1)) }, 0.04646960733983501168),
    ("erfcx(30.0)", { erfcx(wide(30.0)) }, 0.018795888861416751497),
    ("erfcx(100000000.0)", { erfcx(wide(100000000.0)) }, 5.6418958354775625874e-9),
    ("erfcinv(1e-300)", { erfcinv(wide(1e-300)) }, 26.209469960516123886),
    ("erfcinv(1e-20)", { erfcinv(wide(1e-20)) }, 6.6015806223551425656),
    ("erfcinv(0.3)", { erfcinv(wide(0.3)) }, 0.73286907795921686905),
    ("erfcinv(1.0)", { erfcinv(wide(1.0)) }, 0.0),
    ("erfcinv(1.9)", { erfcinv(wide(1.9)) }, -1.1630871536766737823),
    ("logNdtr(-1000.0)", { logNdtr(wide(-1000.0)) }, -500007.82669481218431),
    ("logNdtr(-40.0)", { logNdtr(wide(-40.0)) }, -804.60844201375378817),
    ("logNdtr(-14.5)", { logNdtr(wide(-14.5)) }, -108.72278815432047233),
    ("logNdtr(-1.0)", { logNdtr(wide(-1.0)) }, -1.8410216450092635058),
    ("logNdtr(0.0)", { logNdtr(wide(0.0)) }, -0.69314718055994530942),
    ("logNdtr(6.0)", { logNdtr(wide(6.0)) }, -9.8658764552437573169e-10),
    ("logNdtr(9.0)", { logNdtr(wide(9.0)) }, -1.1285884059538406478e-19),
    ("ndtri(1e-300)", { ndtri(wide(1e-300)) }, -37.047096299361199237),
    ("ndtri(1e-10)", { ndtri(wide(1e-10)) }, -6.3613409024040561991),
    ("ndtri(0.02)", { ndtri(wide(0.02)) }, -2.0537489106318230443),
    ("ndtri(0.4)", { ndtri(wide(0.4)) }, -0.25334710313579974132),
    ("ndtri(0.500001)", { ndtri(wide(0.500001)) }, 2.5066282747057051991e-6),
    ("ndtri(0.999)", { ndtri(wide(0.999)) }, 3.0902323061678132778),
    ("gamma(-7.9)", { gamma(wide(-7.9)) }, 0.00031214593597195314304),
    ("gamma(-0.001)", { gamma(wide(-0.001)) }, -1000.5782056293586272),
    ("gamma(0.001)", { gamma(wide(0.001)) }, 999.4237724845954453),
    ("gamma(2.5)", { gamma(wide(2.5)) }, 1.3293403881791370205),
    ("gamma(30.0)", { gamma(wide(30.0)) }, 8.8417619937397019545e+30),
    ("gamma(170.0)", { gamma(wide(170.0)) }, 4.2690680090047052749e+304),
    ("lgamma(-100000.3)", { lgamma(wide(-100000.3)) }, -1051301.3191134700414),
    ("lgamma(-8.5)", { lgamma(wide(-8.5)) }, -10.544603534947868308),
    ("lgamma(1e-08)", { lgamma(wide(1e-08)) }, 18.420680738180208884),
    ("lgamma(1.0000001)", { lgamma(wide(1.0000001)) }, -5.772155829918507097e-8),
    ("lgamma(2.0000001)", { lgamma(wide(2.0000001)) }, 4.2278436665324979232e-8),
    ("lgamma(50.0)", { lgamma(wide(50.0)) }, 144.56574394634488601),
    ("lgamma(10000000000.0)", { lgamma(wide(10000000000.0)) }, 220258509288.81058147),
    ("digamma(-100.3)", { digamma(wide(-100.3)) }, 6.895643124860435035),
    ("digamma(-1.5)", { digamma(wide(-1.5)) }, 0.70315664064524318723),
    ("digamma(1e-08)", { digamma(wide(1e-08)) }, -100000000.57721564636),
    ("digamma(1.4616)", { digamma(wide(1.4616)) }, -0.000031106251230341649658),
    ("digamma(1.47)", { digamma(wide(1.47)) }, 0.0080664890113648684423),
    ("digamma(5.0)", { digamma(wide(5.0)) }, 1.5061176684318004727),
    ("digamma(100000000.0)", { digamma(wide(100000000.0)) }, 18.420680738952365464),
    ("polygamma(1, -30.25)", { polygamma(1, wide(-30.25)) }, 19.706691341963048052),
    ("polygamma(1, 0.01)", { polygamma(1, wide(0.01)) }, 10001.621213528312804),
    ("polygamma(2, 10000.0)", { polygamma(2, wide(10000.0)) }, -1.0001000049999999833e-8),
    ("polygamma(5, 3.5)", { polygamma(5, wide(3.5)) }, 0.087049178567183484554),
    ("polygamma(20, 7.5)", { polygamma(20, wide(7.5)) }, -1.1049321493589162371),
    ("beta(0.001, 0.001)", { beta(wide(0.001), wide(0.001)) }, 1999.9967149352279497),
    ("logBeta(0.001, 0.001)", { logBeta(wide(0.001), wide(0.001)) }, 7.6009008170083473785),
    ("beta(0.5, 1000000.0)", { beta(wide(0.5), wide(1000000.0)) }, 0.0017724540724622612378),
    (
      "logBeta(0.5, 1000000.0)", { logBeta(wide(0.5), wide(1000000.0)) },
      -6.335390211057436965
    ),
    ("beta(300.0, 200.0)", { beta(wide(300.0), wide(200.0)) }, 1.6485491608664745973e-147),
    ("logBeta(300.0, 200.0)", { logBeta(wide(300.0), wide(200.0)) }, -337.98011306546466835),
    ("beta(20.0, 1e-05)", { beta(wide(20.0), wide(1e-05)) }, 99996.452331242380801),
    ("logBeta(20.0, 1e-05)", { logBeta(wide(20.0), wide(1e-05)) }, 11.512889987653339663),
    ("zeta(1.001, 0.1)", { zeta(wide(1.001), wide(0.1)) }, 1010.4468237179291536),
    ("zeta(1.5, 1000000.0)", { zeta(wide(1.5), wide(1000000.0)) }, 0.002000000500000125),
    ("zeta(30.0, 25.0)", { zeta(wide(30.0), wide(25.0)) }, 1.6827250307301747046e-42),
    ("zeta(3.0, -2.5)", { zeta(wide(3.0), wide(-2.5)) }, 0.054102025820863701502),
    ("zeta(2.0, -1000000.25)", { zeta(wide(2.0), wide(-1000000.25)) }, 19.739207802179467237),
    (
      "gammainc(1e-06, 0.001)", { gammainc(wide(1e-06), wide(0.001)) }, 0.99999366847985855485
    ),
    (
      "gammaincc(1e-06, 0.001)", { gammaincc(wide(1e-06), wide(0.001)) },
      6.3315201414451500254e-6
    ),
    ("gammainc(0.1, 20.0)", { gammainc(wide(0.1), wide(20.0)) }, 0.9999999999859864102),
    ("gammaincc(0.1, 20.0)", { gammaincc(wide(0.1), wide(20.0)) }, 1.4013589802170008943e-11),
    ("gammainc(5.0, 0.01)", { gammainc(wide(5.0), wide(0.01)) }, 8.2641856418064986172e-13),
    ("gammaincc(5.0, 0.01)", { gammaincc(wide(5.0), wide(0.01)) }, 0.99999999999917358144),
    (
      "gammainc(150.0, 149.0)", { gammainc(wide(150.0), wide(149.0)) }, 0.47823025713740638435
    ),
    (
      "gammaincc(150.0, 149.0)", { gammaincc(wide(150.0), wide(149.0)) },
      0.52176974286259361565
    ),
    (
      "gammainc(15000.0, 15300.0)", { gammainc(wide(15000.0), wide(15300.0)) },
      0.99257598923658515631
    ),
    (
      "gammaincc(15000.0, 15300.0)", { gammaincc(wide(15000.0), wide(15300.0)) },
      0.0074240107634148436888
    ),
    (
      "betainc(0.01, 0.02, 0.5)", { betainc(wide(0.01), wide(0.02), wide(0.5)) },
      0.66671946104127219717
    ),
    (
      "betainc(5.0, 3.0, 0.001)", { betainc(wide(5.0), wide(3.0), wide(0.001)) },
      2.0965015000000002181e-14
    ),
    (
      "betainc(1000.0, 2000.0, 0.34)", { betainc(wide(1000.0), wide(2000.0), wide(0.34)) },
      0.78121509116064272515
    ),
    (
      "betainc(2.0, 50000.0, 0.0001)", { betainc(wide(2.0), wide(50000.0), wide(0.0001)) },
      0.95958242433640283789
    ),
    ("besselI0(1e-08)", { besselI0(wide(1e-08)) }, 1.000000000000000025),
    ("besselI0e(1e-08)", { besselI0e(wide(1e-08)) }, 0.999999990000000075),
    ("besselI1(1e-08)", { besselI1(wide(1e-08)) }, 5.0000000000000001671e-9),
    ("besselI1e(1e-08)", { besselI1e(wide(1e-08)) }, 4.9999999500000004171e-9),
    ("besselI0(1.5)", { besselI0(wide(1.5)) }, 1.6467231897728908449),
    ("besselI0e(1.5)", { besselI0e(wide(1.5)) }, 0.36743360905415833924),
    ("besselI1(1.5)", { besselI1(wide(1.5)) }, 0.98166642857790758565),
    ("besselI1e(1.5)", { besselI1e(wide(1.5)) }, 0.21903938742092567212),
    ("besselI0(19.9)", { besselI0(wide(19.9)) }, 39513376.520066823762),
    ("besselI0e(19.9)", { besselI0e(wide(19.9)) }, 0.090008588864389597294),
    ("besselI1(19.9)", { besselI1(wide(19.9)) }, 38507423.874862282838),
    ("besselI1e(19.9)", { besselI1e(wide(19.9)) }, 0.087717102131706101082),
    ("besselI0(20.1)", { besselI0(wide(20.1)) }, 48017874.107136503023),
    ("besselI0e(20.1)", { besselI0e(wide(20.1)) }, 0.089553763620613444035),
    ("besselI1(20.1)", { besselI1(wide(20.1)) }, 46807739.533029882763),
    ("besselI1e(20.1)", { besselI1e(wide(20.1)) }, 0.087296851843201591986),
    ("besselI0(700.0)", { besselI0(wide(700.0)) }, 1.5295933476718737363e+302),
    ("besselI0e(700.0)", { besselI0e(wide(700.0)) }, 0.015081295651531357587),
    ("besselI1(700.0)", { besselI1(wide(700.0)) }, 1.5285003902339006881e+302),
    ("besselI1e(700.0)", { besselI1e(wide(700.0)) }, 0.015070519444716846949),
    ("logit(1e-300)", { logit(wide(1e-300)) }, -690.77552789821370518),
    ("logit(0.5000001)", { logit(wide(0.5000001)) }, 3.9999999978946299421e-7),
    ("logit(0.9999999)", { logit(wide(0.9999999)) }, 16.118095551484670689),
    ("log1mexp(1e-10)", { log1mexp(wide(1e-10)) }, -23.025850929990456804),
    ("log1mexp(0.69)", { log1mexp(wide(0.69)) }, -0.69630429714405670574),
    ("log1mexp(0.7)", { log1mexp(wide(0.7)) }, -0.6863410028083851535),
    ("log1mexp(50.0)", { log1mexp(wide(50.0)) }, -1.928749847963917783e-22),
  ]

  @Test(arguments: cases.indices) func value(number: Int) {
    let (call, value, expected) = Self.cases[number]
    let result = value().item(Double.self)
    #expect(
      abs(result - expected) <= 1e-12 * abs(expected), "\(call) is \(result), not \(expected)")
  }

  @Test func edges() {
    func value(_ x: NDArray) -> Double { x.item(Double.self) }
    #expect(value(ndtri(wide(0.0))) == -.infinity)
    #expect(value(ndtri(wide(1.0))) == .infinity)
    #expect(value(ndtri(wide(1.5))).isNaN)
    #expect(value(gammainc(wide(2.0), wide(0.0))) == 0)
    #expect(value(gammaincc(wide(2.0), wide(.infinity))) == 0)
    #expect(value(gammainc(wide(-1.0), wide(1.0))).isNaN)
    #expect(value(betainc(wide(2.0), wide(3.0), wide(1.0))) == 1)
    #expect(value(zeta(wide(1.0), wide(2.0))) == .infinity)
    #expect(value(zeta(wide(2.5), wide(-0.5))).isNaN)
    #expect(value(besselI0(wide(1000.0))) == .infinity)
    #expect(value(besselI0e(wide(.infinity))) == 0)
    #expect(value(erfcx(wide(-.infinity))) == .infinity)
    #expect(value(logNdtr(wide(-.infinity))) == -.infinity)
    #expect(value(xlogy(wide(0.0), wide(0.0))) == 0)
  }

  @Test("derivatives of gammainc by a large parameter")
  func largeParameters() {
    let cases: [(a: Double, x: Double, first: Double, second: Double)] = [
      (2e4, 19400, -2.9401445916251351e-7, 8.9554847904210912e-9),
      (2e4, 20400, -5.3917801139614908e-5, -1.0677185581740685e-6),
      (1e6, 998_000, -5.3900890028576002e-5, 1.0790973478583449e-7),
    ]
    for (a, x, first, second) in cases {
      let slope = grad { (a: NDArray) in gammainc(a, wide(x)) }
      #expect(Swift.abs(slope(wide(a)).item(Double.self) / first - 1) < 1e-12)
      #expect(Swift.abs(grad(slope)(wide(a)).item(Double.self) / second - 1) < 1e-12)
    }
  }

  @Test func derivativesByParameters() {
    // By a finite difference of mpmath's values: d/da P(a, x) and d/ds zeta(s, q).
    let byShape = grad { (a: NDArray) in gammainc(a, 3.0) }(wide(2.5))
    #expect(abs(byShape.item(Double.self) / -0.2275485512782608162 - 1) < 1e-11)
    let twice = grad(grad { (a: NDArray) in gammainc(a, 3.0) })(wide(2.5))
    #expect(abs(twice.item(Double.self) / -0.039804987250255740227 - 1) < 1e-11)
    let byExponent = grad { (s: NDArray) in zeta(s, 1.5) }(wide(2.5))
    #expect(abs(byExponent.item(Double.self) / -0.46481234813947633234 - 1) < 1e-11)
    let message = mistake {
      grad(grad(grad { (a: NDArray) in gammainc(a, 3.0) }))(wide(2.5))
    }
    #expect(
      message == "[gammainc] derivatives by a are there up to the second order, not beyond")
  }
}
