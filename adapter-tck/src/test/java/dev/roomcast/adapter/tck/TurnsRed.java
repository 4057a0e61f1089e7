package dev.roomcast.adapter.tck;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says which rules fail on a broken adapter: these, and no others. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface TurnsRed {

    /** The numbers of the rules, with blanks between them. */
    String value();
}
