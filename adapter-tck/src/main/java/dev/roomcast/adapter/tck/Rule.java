package dev.roomcast.adapter.tck;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;

/** A test of one rule of {@code docs/spec.md}. In reports its name is the number and the words of the method's name. */
@Test
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Rule {

    /** The rule's number. */
    String value();

    /** Where the author of an adapter should look first if the rule fails. */
    String lookAt();
}
