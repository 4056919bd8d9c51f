//! The app as a function from a request to a response, without a port.

use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::test::TestRequest;
use actix_web::{Error, HttpResponse};
use bytes::Bytes;

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
        let response = (self.0)(wire_form(request)).await;
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
