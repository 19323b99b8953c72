// Special functions of double arguments that go lane by lane; see special.c.

#ifndef CV_SPECIAL_H
#define CV_SPECIAL_H

#include <stdbool.h>

double cv_digamma(double x);
double cv_log_beta(double a, double b);
double cv_beta(double a, double b);

// The quantile of the normal distribution.
double cv_ndtri(double p);

// The Hurwitz zeta function, and its derivatives by s.
double cv_zeta(double s, double q);
double cv_zeta_s(double s, double q);
double cv_zeta_ss(double s, double q);

// The regularised incomplete gamma functions, lower and upper; derivatives by a of the lower one.
double cv_gamma_p(double a, double x);
double cv_gamma_q(double a, double x);
double cv_gamma_p_a(double a, double x);
double cv_gamma_p_aa(double a, double x);

// The regularised incomplete beta function, and its derivatives by a and b.
double cv_beta_i(double a, double b, double x);
double cv_beta_i_a(double a, double b, double x);
double cv_beta_i_b(double a, double b, double x);
double cv_beta_i_aa(double a, double b, double x);
double cv_beta_i_ab(double a, double b, double x);
double cv_beta_i_bb(double a, double b, double x);

#endif
