package dev.roomcast.examples.springboot;

import dev.roomcast.adapter.AdapterConfig;
import dev.roomcast.adapter.Adapters;
import dev.roomcast.examples.servers.chat.Chat;
import io.lettuce.core.LettuceVersion;
import io.netty.util.Version;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.server.standard.ServletServerContainerFactoryBean;

/** The chat on Spring Boot, with its Tomcat. It is the same for each version of Spring Boot. */
@SpringBootApplication
@EnableWebSocket
@RestController
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
     * Serves on the port that the environment variable {@code PORT} names.
     *
     * @param args Spring's own
     */
    public static void main(String... args) {
        new SpringApplicationBuilder(ChatServer.class)
                .properties("server.port=${PORT:8080}")
                .run(args);
    }

    /** {@code REDIS_URL}, or any {@code roomcast.*} key in Spring's properties, configures it. */
    @Bean
    Chat chat() {
        return new Chat(Adapters.open(AdapterConfig.from(environment::getProperty)));
    }

    /** Before Spring stops the server, and closes the chat after it. */
    @EventListener(ContextClosedEvent.class)
    void drain() {
        chat().drain();
    }

    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
        registry.addHandler(new ChatHandler(chat()), ChatHandler.PATH);
    }

    /** A message of more than 8 KB is otherwise refused with 1009. */
    @Bean
    ServletServerContainerFactoryBean container() {
        ServletServerContainerFactoryBean container = new ServletServerContainerFactoryBean();
        container.setMaxTextMessageBufferSize(ChatHandler.LONGEST_MESSAGE);
        return container;
    }

    @GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
    String page() {
        return chat().page();
    }

    @GetMapping(path = "/health", produces = MediaType.TEXT_PLAIN_VALUE)
    ResponseEntity<String> health() {
        return ResponseEntity.status(chat().isServing() ? 200 : 503).body(chat().health());
    }

    /** Says on which port it serves, and which libraries Spring Boot has chosen. */
    @EventListener(ApplicationReadyEvent.class)
    void ready() {
        System.out.printf(
                "listening on port %s with Lettuce %s and Netty %s%n",
                environment.getProperty("local.server.port"),
                LettuceVersion.getVersion(),
                Version.identify(Version.class.getClassLoader())
                        .get("netty-transport")
                        .artifactVersion());
    }
}
