//! The app as a function from a request to a response, without a port.

use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;

use actix_http::{BoxedPayloadStream, Payload};
use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::test::TestRequest;
use actix_web::{Error, HttpResponse};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use tokio::sync::oneshot;

use super::{Request, Response};

/// The peer port of every request.
const PORT: u16 = 54321;

type ResponseFuture = Pin<Box<dyn Future<Output = HttpResponse<BoxBody>>>>;

/// An app with its type erased.
pub(crate) struct ErasedApp(Rc<dyn Fn(actix_http::Request) -> ResponseFuture>);

impl ErasedApp {
    pub(crate) fn of<S, B>(service: S) -> Self
    where
        S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = Error> + 'static,
        B: MessageBody + 'static,
    {
        let service = Rc::new(service);
        Self(Rc::new(move |request| {
            let response = service.call(request);
            Box::pin(async move {
                match response.await {
                    Ok(response) => response.map_into_boxed_body().into(),
                    // The server handles an error that no middleware rendered in the same way.
                    Err(error) => error.error_response(),
                }
            })
        }))
    }

    /// Sends a request and reads the whole response.
    ///
    /// # Panics
    /// If the response body ends early.
    pub(crate) async fn send(&self, request: Request) -> Response {
        let is_head = request.method == Method::HEAD;
        self.receive(wire_form(request), is_head).await
    }

    /// Sends a request whose body pauses after its first half, and runs `pause` then. Returns `None` for its output if the
    /// response came without the second half being read.
    ///
    /// # Panics
    /// As [`ErasedApp::send`].
    pub(crate) async fn send_with_pause<T>(
        &self,
        mut request: Request,
        pause: impl Future<Output = T>,
    ) -> (Response, Option<T>) {
        let body = request.body.take().unwrap_or_default();
        let length = body.len().to_string();
        let request = request.header(CONTENT_LENGTH.as_str(), &length);
        let (reached, at_pause) = oneshot::channel();
        let (resume, resumed) = oneshot::channel::<()>();
        let body = in_halves(body.into(), reached, resumed);
        let (request, _) = wire_form(request).replace_payload(body);
        let response = self.receive(request, false);
        let paused = async {
            at_pause.await.ok()?;
            let outcome = pause.await;
            resume.send(()).expect("a body that waits");
            Some(outcome)
        };
        tokio::join!(response, paused)
    }

    async fn receive(&self, request: actix_http::Request, is_head: bool) -> Response {
        let response = (self.0)(request).await;
        let (head, body) = response.into_parts();
        let body = to_bytes(body).await.expect("a whole body");
        Response {
            status: head.status(),
            headers: head.headers().clone(),
            // On a connection the server omits the body of a response to HEAD.
            body: if is_head { Bytes::new() } else { body },
        }
    }
}

/// Returns a body in two halves: before the second it reports that the first has been read, and waits to be resumed.
fn in_halves(
    body: Bytes,
    reached: oneshot::Sender<()>,
    resumed: oneshot::Receiver<()>,
) -> Payload<BoxedPayloadStream> {
    let (first, second) = (body.slice(..body.len() / 2), body.slice(body.len() / 2..));
    let second = async move {
        reached.send(()).expect("a sender that waits");
        resumed.await.expect("a sender that resumes");
        Ok(second)
    };
    let halves = stream::iter([Ok(first)]).chain(stream::once(second));
    Payload::Stream { payload: Box::pin(halves) }
}

/// Returns the request as the server would see it: `Content-Length` is set for every body, and to 0 for methods that
/// expect a body but have none.
fn wire_form(request: Request) -> actix_http::Request {
    let mut built = TestRequest::default()
        .method(request.method.clone())
        .uri(&request.path)
        .peer_addr(SocketAddr::new(request.peer, PORT));
    for (name, value) in &request.headers {
        built = built.append_header((name.as_str(), value.as_str()));
    }
    match request.body {
        Some(body) => built.insert_header((CONTENT_LENGTH, body.len())).set_payload(body),
        None if expects_a_body(&request.method) => built.insert_header((CONTENT_LENGTH, 0)),
        None => built,
    }
    .to_request()
}

fn expects_a_body(method: &Method) -> bool {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}
