package dev.roomcast.examples.springboot;

import dev.roomcast.adapter.Adapter;
import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import io.lettuce.core.LettuceVersion;
import io.netty.util.Version;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;

/** A chat over WebSockets whose one room reaches over all processes. It is the same for each version of Spring Boot. */
@SpringBootApplication
@EnableWebSocket
public class ChatServer implements WebSocketConfigurer {

    private final Environment environment;

    /**
     * Made by Spring.
     *
     * @param environment the application's properties
     */
    public ChatServer(Environment environment) {
        this.environment = environment;
    }

    /**
     * Serves {@code /chat}.
     *
     * @param args Spring's own
     */
    public static void main(String... args) {
        SpringApplication.run(ChatServer.class, args);
    }

    /** {@code REDIS_URL}, or any {@code roomcast.*} key in Spring's properties, configures it. */
    @Bean(destroyMethod = "close")
    Adapter adapter() {
        return Adapters.open(AdapterConfig.from(environment::getProperty));
    }

    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
        registry.addHandler(new ChatHandler(adapter()), "/chat");
    }

    /** Says on which port it serves, and which libraries Spring Boot has chosen. */
    @EventListener(ApplicationReadyEvent.class)
    void ready() {
        System.out.printf(
                "serving on port %s with Lettuce %s and Netty %s%n",
                environment.getProperty("local.server.port"),
                LettuceVersion.getVersion(),
                Version.identify(Version.class.getClassLoader())
                        .get("netty-transport")
                        .artifactVersion());
    }
}
