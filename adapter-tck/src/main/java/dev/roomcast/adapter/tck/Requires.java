package dev.roomcast.adapter.tck;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The features that a rule, or all rules of a chapter, requires to be declared, or not declared. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@interface Requires {

    /** Must be declared. */
    Feature[] value() default {};

    /** Must not be declared: what holds in their place is tested. */
    Feature[] absent() default {};
}
