package dev.roomcast.testredis;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;

/**
 * Signs certificates: ECDSA on P-256, the DER written by hand. The JDK reads certificates but has nothing to make them
 * with other than {@code keytool}, a process for each step.
 */
final class CertificateAuthority {
    /**
     * @param certificate in DER
     * @param privateKey in PKCS#8
     */
    record Signed(byte[] certificate, byte[] privateKey) {}

    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int UTC_TIME = 0x17;
    private static final int DNS_NAME = 0x82;
    private static final int IP_ADDRESS = 0x87;

    private static final byte[] VERSION_3 = der(0xA0, der(INTEGER, hex("02")));
    /** 1.2.840.10045.4.3.2 */
    private static final byte[] ECDSA_WITH_SHA256 = der(SEQUENCE, hex("06082A8648CE3D040302"));
    /** 2.5.29.17 */
    private static final byte[] SUBJECT_ALTERNATIVE_NAME = hex("0603551D11");
    /** 2.5.29.19, critical: a CA. And 2.5.29.15, critical: it signs certificates and lists of revoked ones. */
    private static final byte[] IS_CA = der(
            SEQUENCE,
            der(SEQUENCE, hex("0603551D13"), hex("0101FF"), der(OCTET_STRING, hex("30030101FF"))),
            der(SEQUENCE, hex("0603551D0F"), hex("0101FF"), der(OCTET_STRING, hex("03020106"))));

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");
    private static final Duration LIFE = Duration.ofDays(10);

    private final SecureRandom random = new SecureRandom();
    private final X500Principal name;
    private final KeyPair keys = keys();
    private final byte[] certificate;

    CertificateAuthority(String name) {
        this.name = new X500Principal("CN=" + name);
        Instant now = Instant.now();
        this.certificate = certificate(this.name, now.minus(LIFE), now.plus(LIFE), keys.getPublic(), IS_CA);
    }

    /** Returns its own certificate, in DER. */
    byte[] certificate() {
        return certificate;
    }

    /** @param hosts names and IP addresses */
    Signed sign(String subject, Instant from, Instant until, List<String> hosts) {
        KeyPair theirs = keys();
        byte[] names =
                der(SEQUENCE, hosts.stream().map(CertificateAuthority::host).toArray(byte[][]::new));
        byte[] extensions = der(SEQUENCE, der(SEQUENCE, SUBJECT_ALTERNATIVE_NAME, der(OCTET_STRING, names)));
        X500Principal principal = new X500Principal("CN=" + subject);
        return new Signed(
                certificate(principal, from, until, theirs.getPublic(), extensions),
                theirs.getPrivate().getEncoded());
    }

    private byte[] certificate(X500Principal subject, Instant from, Instant until, PublicKey key, byte[] extensions) {
        byte[] unsigned = der(
                SEQUENCE,
                VERSION_3,
                der(INTEGER, new BigInteger(64, random).toByteArray()),
                ECDSA_WITH_SHA256,
                name.getEncoded(),
                der(SEQUENCE, time(from), time(until)),
                subject.getEncoded(),
                key.getEncoded(),
                der(0xA3, extensions));
        return der(SEQUENCE, unsigned, ECDSA_WITH_SHA256, der(BIT_STRING, hex("00"), signature(unsigned)));
    }

    private byte[] signature(byte[] unsigned) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(unsigned);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK cannot sign by ECDSA", e);
        }
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no P-256", e);
        }
    }

    private static byte[] host(String host) {
        if (!ADDRESS.matcher(host).matches()) {
            return der(DNS_NAME, ascii(host));
        }
        try {
            return der(IP_ADDRESS, InetAddress.getByName(host).getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(host + " is no address", e);
        }
    }

    private static byte[] time(Instant time) {
        return der(UTC_TIME, ascii(TIME.format(time)));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        if (content.size() < 0x80) {
            all.write(content.size());
        } else {
            byte[] size = BigInteger.valueOf(content.size()).toByteArray();
            // A leading zero would only say that the number is not negative.
            int from = size[0] == 0 ? 1 : 0;
            all.write(0x80 | (size.length - from));
            all.write(size, from, size.length - from);
        }
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }
}
